import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const TESTS = ["**/*.test.ts", "{apps,packages}/*/test/**/*.ts", "tooling/testkit/src/**/*.ts"];
const CONFIGS = ["**/*.config.{ts,js}"];

const SYNTAX = {
  exportAll: { selector: "ExportAllDeclaration", message: "Export each name: an export is a promise." },
  exportDefault: { selector: "ExportDefaultDeclaration", message: "Export by name." },
  enum: { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
  classes: {
    selector: "ClassDeclaration:not([superClass.name=/Error$/]), ClassExpression",
    message: "A class only for an error; otherwise createX(deps) that returns an interface.",
  },
  zod: {
    selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
    message: 'Write import * as z from "zod": a named import bundles more than twice the code.',
  },
  mock: {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock|hoisted)$/]",
    message: "Pass a fake through the parameter.",
  },
  shell: {
    selector: "Property[key.name='shell'] > Literal[value=true]",
    message: "No shell between us and a program: pass an argv.",
  },
};
const except = (...names) =>
  Object.entries(SYNTAX).flatMap(([name, rule]) => (names.includes(name) ? [] : [rule]));

export default defineConfig(
  globalIgnores(["**/dist/", "**/node_modules/", "framework/", ".turbo/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", ...except()],
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "exit",
          message: "Set process.exitCode and return: exit cuts off piped output.",
        },
        {
          object: "process",
          property: "env",
          message: "The environment comes in as a parameter; apps/cli reads it.",
        },
      ],
      // Control characters are what much of this is about: terminals, titles, pastes.
      "no-control-regex": "off",
      eqeqeq: "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Both are our style: an interface for what has methods or is implemented, a type for unions and derived shapes.
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  {
    // The edge: these meet the environment so that nothing else has to.
    files: ["apps/cli/src/**/*.ts", "tooling/**/*.ts", "bench/**/*.ts", ...TESTS],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "exit",
          message: "Set process.exitCode and return: exit cuts off piped output.",
        },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      // expect.any(), expect.objectContaining() and their kind are typed any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      // A fake of an async interface has nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
  // Commands of the workspace itself talk to whoever runs them.
  { files: ["tooling/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
  { files: CONFIGS, rules: { "no-restricted-syntax": ["error", ...except("exportDefault")] } },
  {
    files: ["**/*.{js,cjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { module: "writable" } },
  },
);
