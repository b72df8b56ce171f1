import { expect, test } from "vitest";
import { judgeDisk } from "./disk.ts";

const MIB = 1024 * 1024;
const plenty = { path: "/home", freeBytes: 1024 * MIB, freeInodes: 900, inodes: 1000 };

test.for([
  ["plenty", {}, []],
  ["little space", { freeBytes: 100 * MIB }, ["DISK_LOW"]],
  ["no space", { freeBytes: 4096 }, ["DISK_FULL"]],
  ["few inodes", { freeInodes: 9 }, ["DISK_LOW"]],
  ["no inodes", { freeInodes: 0 }, ["DISK_FULL"]],
  ["a file system that counts none", { freeInodes: 0, inodes: 0 }, []],
] as const)("%s", ([, changes, codes]) => {
  expect(judgeDisk({ ...plenty, ...changes }).map(({ code }) => code)).toEqual(codes);
});
