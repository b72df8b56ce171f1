import { StringDecoder } from "node:string_decoder";
import { sanitize } from "@mosaic/fleet-model";

/** Makes whole lines of a stream that comes in pieces; a line that is not finished waits for its end. */
export function followedLines(): (bytes: Buffer) => readonly string[] {
  const decoder = new StringDecoder("utf8");
  let begun = "";
  return (bytes) => {
    const parts = `${begun}${decoder.write(bytes)}`.split("\n");
    begun = parts.pop() ?? "";
    return parts.map((line) => sanitize(line.replace(/\r$/, "")));
  };
}
