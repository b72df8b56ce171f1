/**
 * A persona class or a profile id: the stem of its file, and the stem of its seats' names. 60 characters leave room
 * for the number of a seat in an agent name.
 */
export const CLASS_PATTERN = /^[a-z0-9][a-z0-9_-]{0,59}$/;

/** What {@link CLASS_PATTERN} allows, for messages. */
export const CLASS_RULE = "1 to 60 of a-z, 0-9, - and _, beginning with a letter or a digit";

export const isClassName = (text: string): boolean => CLASS_PATTERN.test(text);
