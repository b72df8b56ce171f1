/**
 * `node`, or `sh` for the moment in which a shim hands over to it, may stand in front. The first word of any other
 * command line is the program itself, so that an editor or a shell that is given the name does not match. A path may
 * hold spaces, but not one before `/` or `-`: there the next argument begins.
 */
const FOLDER = "(?:(?:/(?:[^ ]| (?![/-]))*|[^ /-][^ ]*|)/)?";
const mosaicProgram = `${FOLDER}mosaic(?:\\.js)?`;
const mosaicCall = (words: string): string =>
  `(?:${FOLDER}node(?: --?[^ ]+)* ${mosaicProgram}|${FOLDER}sh ${mosaicProgram}|(?:[^ ]*/)?mosaic) ${words}`;

/** `mosaic [yolo] <runtime>` itself. */
export const mosaicRuns = (runtime: string): RegExp =>
  new RegExp(`^${mosaicCall(`(?:yolo )?${runtime}`)}(?: |$)`);

/** `mosaic [yolo] <runtime>`, or the program that it replaces itself by, which may be a script of Node's. */
export const mosaicStarts = (runtime: string, program: string): RegExp =>
  new RegExp(
    `^(?:${mosaicCall(`(?:yolo )?${runtime}`)}|(?:${FOLDER}node(?: --?[^ ]+)* )?${FOLDER}${program})(?: |$)`,
  );

/** `mosaic exec <command line>`, which is about to replace itself by that command line. */
export const EXEC_PROCESS = new RegExp(`^${mosaicCall("exec")}(?: |$)`);
