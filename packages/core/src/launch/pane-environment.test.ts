import { expect, test } from "vitest";
import { inheritedEnvironment } from "./pane-environment.ts";

const SET = {
  HOME: "/home/ada",
  LC_ALL: "C",
  XDG_RUNTIME_DIR: "/run/user/1000",
  MOSAIC_HOME: "/home/ada/.config/mosaic",
  https_proxy: "http://proxy",
  NO_PROXY: "localhost",
  AWS_SECRET_ACCESS_KEY: "hush",
  OPENAI_API_KEY: "hush",
  MY_HTTP_PROXY_PASSWORD: "hush",
  TMUX: "/tmp/x,1,0",
};

test("what a shell happened to hold stays out of an agent", () => {
  expect(Object.keys(inheritedEnvironment(SET, []))).toEqual([
    ...["HOME", "LC_ALL", "XDG_RUNTIME_DIR", "MOSAIC_HOME", "https_proxy", "NO_PROXY"],
  ]);
});

test("what the roster passes through for the runtime is passed through, where it is set", () => {
  expect(inheritedEnvironment(SET, ["OPENAI_API_KEY", "NOT_SET"])).toMatchObject({ OPENAI_API_KEY: "hush" });
  expect(inheritedEnvironment(SET, ["NOT_SET"])).not.toHaveProperty("NOT_SET");
});
