/**
 * 16 hexadecimal digits that tell one text from another: FNV-1a over 32 bits, twice, with two starts. For noticing a
 * change, not for security; node's own hashes cost a tenth of a whole call of `fleet ps` to load.
 */
export function fingerprint(text: string): string {
  return fnv1a(text, 0x811c9dc5) + fnv1a(text, 0x01234567);
}

function fnv1a(text: string, start: number): string {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
