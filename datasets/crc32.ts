/** CRC-32 as PNG and zip use it (ISO 3309): polynomial 0xedb88320, reflected, all bits turned at both ends. */

let table: Uint32Array | null = null;
const made = (): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });

/** The checksum of some bytes, an unsigned 32-bit number. */
export const crc32 = (bytes: Uint8Array): number => {
  const t = table ??= made();
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = t[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
};
