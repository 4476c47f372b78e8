/** The checksums that a zip archive holds of its files: fflate unpacks without looking at them. */

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
/** Without its comment, which may have up to 65,535 bytes. */
const endLength = 22;
const entryLength = 46;

/**
 * CRC-32 of each file in the archive's directory, by the file's name. Empty where the directory lies beyond 4 GiB.
 * Source: PKWARE, APPNOTE 6.3.10, sections 4.3.12 and 4.3.16.
 */
export function zipChecksums(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, number>();
  const end = endAt(view);
  if (end === undefined) return found;
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (at + entryLength > bytes.length || view.getUint32(at, true) !== directoryEntry) return found;
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const nameEnd = at + entryLength + (name ?? 0);
    found.set(
      Buffer.from(bytes.subarray(at + entryLength, nameEnd)).toString('utf8'),
      view.getUint32(at + 16, true),
    );
    at = nameEnd + (extra ?? 0) + (comment ?? 0);
  }
  return found;
}

function endAt(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - endLength - 0xffff);
  for (let at = view.byteLength - endLength; at >= first; at -= 1)
    if (view.getUint32(at, true) === endOfDirectory) return at;
  return undefined;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** CRC-32 (ISO 3309) of bytes. Node has it since 20.15; this runs in all of 20. */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (table[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
