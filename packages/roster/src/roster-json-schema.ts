import * as z from "zod";
import { RosterSchema } from "./schema.ts";

/** The JSON schema of a roster, for editors. The parser also checks what a JSON schema cannot say. */
export function rosterJsonSchema(): object {
  return {
    ...z.toJSONSchema(RosterSchema, { target: "draft-7", io: "input" }),
    title: "Mosaic Fleet roster, version 1",
  };
}
