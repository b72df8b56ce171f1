import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { check } from "./check.ts";
import { finding, type Finding } from "./findings.ts";

const MIB = 1024 * 1024;
/** Below this nothing can be written, in bytes: a heartbeat, an env file and their temporary copies. */
const FULL_BYTES = MIB;
const LOW_BYTES = 256 * MIB;
/** Of all inodes. */
const LOW_INODES = 0.01;

interface Disk {
  readonly path: string;
  readonly freeBytes: number;
  readonly freeInodes: number;
  /** 0 where the file system counts none. */
  readonly inodes: number;
}

const size = (bytes: number): string =>
  bytes >= 1024 * MIB
    ? `${String(Math.floor(bytes / MIB / 1024))} GiB`
    : `${String(Math.floor(bytes / MIB))} MiB`;

export function judgeDisk({ path, freeBytes, freeInodes, inodes }: Disk): Finding[] {
  const left = freeBytes < FULL_BYTES || (inodes > 0 && freeInodes === 0);
  const bytes = `${size(freeBytes)} left on the disk of ${path}`;
  const files = inodes > 0 && freeInodes < LOW_INODES * inodes ? `, ${String(freeInodes)} inodes` : "";
  if (left) return [finding("DISK_FULL", path, `${bytes}${files}`)];
  return freeBytes < LOW_BYTES || files !== "" ? [finding("DISK_LOW", path, `${bytes}${files}`)] : [];
}

async function diskOf(path: string): Promise<Disk> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(path);
    return { path, freeBytes: bavail * bsize, freeInodes: ffree, inodes: files };
  } catch (error) {
    const parent = dirname(path);
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT") || parent === path)
      throw error;
    return diskOf(parent);
  }
}

export const diskCheck = check({
  name: "disk",
  title: "Disk",
  look: ({ context: { home, store } }) =>
    Promise.all([home.root, ...(store.dataDir === undefined ? [] : [store.dataDir])].map(diskOf)),
  judge: (disks) => disks.flatMap(judgeDisk),
  sum: (disks) => `${size(Math.min(...disks.map(({ freeBytes }) => freeBytes)))} free`,
});
