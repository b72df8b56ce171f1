import fc from "fast-check";
import { expect, test } from "vitest";
import { COMMAND_KEY, mergeEnv, operatorVariables, parseEnv } from "./env-file.ts";

const GENERATED = { MOSAIC_AGENT_NAME: "coder0", MOSAIC_AGENT_MODEL: "", MOSAIC_HOME: "/home/ada/my mosaic" };

/** A line of the operator's: anything that is not an assignment of a generated key. */
const operatorLine = fc
  .oneof(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", " ")),
    fc.constantFrom(
      "",
      "# a comment",
      "  ",
      "PATH=/opt/bin",
      "export A=b",
      "A='b c'",
      "mosaic_home=x",
      "\tB=1 ",
    ),
  )
  .filter((line) => !/^\s*MOSAIC_/.test(line) && line !== "# The command is set in the roster:");
const value = fc.oneof(fc.string(), fc.string({ unit: "binary" })).map((text) => text.replaceAll("\r", ""));

test("a new file holds the generated keys; an empty value is bare and one that is not plain is quoted", () => {
  expect(mergeEnv(undefined, GENERATED)).toBe(
    'MOSAIC_AGENT_NAME=coder0\nMOSAIC_AGENT_MODEL=\nMOSAIC_HOME="/home/ada/my mosaic"\n',
  );
});

test("every line of the operator's stays where it is, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(operatorLine, { maxLength: 12 }), (lines) => {
      const ofOperator = (text: string): string[] =>
        text.split("\n").filter((line) => !/^MOSAIC_(AGENT_NAME|AGENT_MODEL|HOME)=/.test(line));
      const once = mergeEnv(lines.join("\n"), GENERATED);
      expect(ofOperator(once)).toEqual(lines.join("\n").split("\n"));
      expect(mergeEnv(once, GENERATED)).toBe(once);
    }),
  );
});

test("a generated key is refreshed in its place, and a second line of it goes", () => {
  const existing = "# mine\nMOSAIC_AGENT_MODEL=old\nTOKEN=x\nMOSAIC_AGENT_MODEL=older\n";
  expect(mergeEnv(existing, { MOSAIC_AGENT_MODEL: "new" })).toBe("# mine\nMOSAIC_AGENT_MODEL=new\nTOKEN=x\n");
});

test("every value comes back as it was written", () => {
  fc.assert(
    fc.property(value, (written) => {
      expect(parseEnv(mergeEnv(undefined, { KEY: written }))).toEqual({ KEY: written });
    }),
  );
});

test("a command of the roster's appears and disappears again with the roster's", () => {
  const operators = "# mine\nTOKEN=x\n";
  const before = mergeEnv(operators, GENERATED);
  const during = mergeEnv(before, { ...GENERATED, [COMMAND_KEY]: "vim -c 'set nu'" });
  expect(parseEnv(during)[COMMAND_KEY]).toBe("vim -c 'set nu'");
  expect(mergeEnv(during, { ...GENERATED, [COMMAND_KEY]: "vim" })).toContain(`\n${COMMAND_KEY}=vim\n`);
  expect(mergeEnv(during, GENERATED)).toBe(before);
});

test.for<[string, string]>([
  ["a line break at the end", "# mine\nMOSAIC_AGENT_COMMAND=mine --fast\nTOKEN=x\n"],
  ["none", "MOSAIC_AGENT_COMMAND=mine\n MOSAIC_AGENT_COMMAND='mine too'"],
])("the roster's command wins over the operator's, whose lines stay; %s", ([, operators]) => {
  const before = mergeEnv(operators, GENERATED);
  const during = mergeEnv(before, { ...GENERATED, [COMMAND_KEY]: "vim" });
  expect(parseEnv(during)[COMMAND_KEY]).toBe("vim");
  expect(during).toContain(operators.trimEnd());
  expect(mergeEnv(during, { ...GENERATED, [COMMAND_KEY]: "vim" })).toBe(during);
  expect(mergeEnv(during, GENERATED)).toBe(before);
  expect(before).toContain(operators);
});

test("of the operator's variables is what the roster set no part, and their own command is", () => {
  const both = mergeEnv(`TOKEN=x\n${COMMAND_KEY}=mine\n`, { ...GENERATED, [COMMAND_KEY]: "vim" });
  expect(operatorVariables(both)).toMatchObject({ TOKEN: "x", [COMMAND_KEY]: "mine" });
  const alone = mergeEnv(undefined, { ...GENERATED, [COMMAND_KEY]: "vim" });
  expect(operatorVariables(alone)).not.toHaveProperty(COMMAND_KEY);
  expect(operatorVariables(undefined)).toEqual({});
});

test("a command of the operator's stays while the roster has none", () => {
  const existing = `${COMMAND_KEY}=my-agent --fast\n`;
  expect(parseEnv(mergeEnv(existing, GENERATED))[COMMAND_KEY]).toBe("my-agent --fast");
});

test.for([
  ["a comment is no variable", "#A=1\n# B=2", {}],
  ["a value may be quoted either way", "A=\"x y\"\nB='x $y'", { A: "x y", B: "x $y" }],
  ["an escape holds inside double quotes", String.raw`A="a\"b\$c\\d\ne"`, { A: 'a"b$c\\d\ne' }],
  ["blanks around a value are not part of it", "A=  x  ", { A: "x" }],
  ["the last of two lines wins", "A=1\nA=2", { A: "2" }],
  ["a line of another shape is passed over", "export A=1\nA b=1\n=1\n2=1", {}],
] as const)("%s", ([, text, variables]) => {
  expect(parseEnv(text)).toEqual(variables);
});
