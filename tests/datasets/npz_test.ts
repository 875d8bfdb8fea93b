import { describe, expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import { decodeNpz, encodeNpy, encodeNpz, loadNpy, loadNpz, saveNpy, saveNpz } from "../../datasets/mod.ts";
import { long, short, tensors, text } from "./arrays.ts";
import { type Bytes, concat, failure, scrambled, success, temporaryFolder } from "./support.ts";

const named = tensors.map((tensor, i) => [`layer${i}/weight`, tensor] as const);

describe("npz", () => {
  test.each([false, true])("gives back what it was given, compressed: %p", async (compressed) => {
    const bytes = await encodeNpz(named, { compressed });
    expect([...success(await decodeNpz(bytes, "x.npz")())]).toEqual([...named]);
    expect(await encodeNpz(named, { compressed })).toEqual(bytes);
    const zeros = [["z", { dtype: "f32", shape: [5000], data: new Float32Array(5000) }]] as const;
    expect((await encodeNpz(zeros, { compressed })).length < 1000).toBe(compressed);
  });

  test("reads what numpy.savez and numpy.savez_compressed write", async () => {
    // w = numpy.arange(6, dtype="f4").reshape(2, 3), n = numpy.array([1, 2])
    const stored =
      "UEsDBC0AAAAAAAAAIQBP6QAq//////////8FABQAdy5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmN" +
      "CcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAUEsDBC0AAAAAAAAAIQAM/Bzp//////////8FABQ" +
      "Abi5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdz" +
      "aGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQAAA" +
      "AAAAAACAAAAAAAAAFBLAQItAy0AAAAAAAAAIQBP6QAqmAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB3Lm5weVBLAQItAy0AAAAAAAAAIQ" +
      "AM/BzpkAAAAJAAAAAFAAAAAAAAAAAAAACAAc8AAABuLm5weVBLBQYAAAAAAgACAGYAAACWAQAAAAA=";
    const deflated =
      "UEsDBC0AAAAIAAAAIQBP6QAq//////////8FABQAdy5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZ" +
      "qKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwMELQAAAAgAAAAhAAz8HO" +
      "n//////////wUAFABuLm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+Ukgo" +
      "Sd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYGCGCC0gBQSwECLQMtAAAACAAAACEAT+kAKlUAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAA" +
      "dy5ucHlQSwECLQMtAAAACAAAACEADPwc6UoAAACQAAAABQAAAAAAAAAAAAAAgAGMAAAAbi5ucHlQSwUGAAAAAAIAAgBmAAAADQEAAAAA";
    for (const base64 of [stored, deflated]) {
      const arrays = success(await decodeNpz(Uint8Array.fromBase64(base64), "x.npz")());
      expect([...arrays]).toEqual([
        ["w", { dtype: "f32", shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) }],
        ["n", { dtype: "i64", shape: [2], data: BigInt64Array.of(1n, 2n) }],
      ]);
    }
  });

  test("lies on a disk", async () => {
    const folder = temporaryFolder();
    success(await saveNpz(`${folder}/a/x.npz`, named)());
    expect([...success(await loadNpz(`${folder}/a/x.npz`)())]).toEqual([...named]);
    success(await saveNpy(`${folder}/x.npy`, tensors[0]!)());
    expect(success(await loadNpy(`${folder}/x.npy`)())).toEqual(tensors[0]!);
    expect(failure(await loadNpz(`${folder}/y.npz`)())._tag).toBe("MissingFile");
    expect(failure(await loadNpz(`${folder}/x.npy`)()).message).toContain("it does not end as a zip archive does");
    expect(failure(await loadNpy(`${folder}/a/x.npz`)()).message).toContain("it does not begin as an .npy file does");
  });

  test("refuses a name that comes twice", async () => {
    await expect(encodeNpz([named[0]!, named[0]!])).rejects.toThrow('the name "layer0/weight.npy" comes twice');
  });
});

interface Told {
  readonly name?: string;
  readonly data?: Uint8Array;
  /** What the headers say, where it is not the truth. */
  readonly crc?: number;
  readonly size?: number;
  readonly packed?: number;
  readonly at?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly inner?: string;
  readonly extra?: readonly number[];
}
/** A zip archive, honest unless it is told otherwise. */
const archive = (members: readonly Told[], end: { count?: number; from?: number; size?: number } = {}): Bytes => {
  let body: Bytes = concat();
  const entries: Bytes[] = [];
  for (const { name = "a.npy", data = encodeNpy(tensors[0]!), ...told } of members) {
    const label = text(name), { method = 0, flags = 0, extra = [], inner = name } = told;
    const stored = method === 8 ? new Uint8Array(deflateRawSync(data)) : data;
    const [packed, size] = [told.packed ?? stored.length, told.size ?? data.length];
    const common = [...short(20, flags, method, 0, 0), ...long(told.crc ?? crc32(data), packed, size)];
    entries.push(concat(
      [
        ...long(0x02014b50),
        ...short(20),
        ...common,
        ...short(label.length, extra.length, 0, 0, 0),
        ...long(0, told.at ?? body.length),
      ],
      label,
      extra,
    ));
    body = concat(body, long(0x04034b50), common, short(text(inner).length, 0), text(inner), stored);
  }
  const directory = concat(...entries), { count = members.length, from = body.length, size = directory.length } = end;
  return concat(body, directory, long(0x06054b50), short(0, 0, count, count), long(size, from), short(0));
};

describe("an archive", () => {
  const refused = async (bytes: Bytes) => failure(await decodeNpz(bytes, "x.npz")());
  const length = encodeNpy(tensors[0]!).length;

  test("of this making is good where it is honest", async () => {
    for (const method of [0, 8]) {
      const bytes = archive([{ method }, { name: "b.npy", data: encodeNpy(tensors[5]!) }]);
      expect([...success(await decodeNpz(bytes, "x")()).keys()]).toEqual(["a", "b"]);
      expect([...success(await decodeNpz(concat(archive([{ method }])), "x")()).keys()]).toEqual(["a"]);
    }
    expect(success(await decodeNpz(archive([]), "x")()).size).toBe(0);
    const sizes = [...short(1, 16), ...long(length, 0, length, 0)];
    const wide = archive([{ size: 0xffffffff, packed: 0xffffffff, extra: sizes }]);
    expect(success(await decodeNpz(wide, "x")()).size).toBe(1);
  });

  test.each<[string, Bytes, string]>([
    ["that is none", scrambled(100), "it does not end as a zip archive does"],
    ["of nothing", concat(), "it does not end as a zip archive does"],
    [
      "with a directory outside",
      archive([{}], { from: 0xfffffff0 }),
      "a directory of 1 entries does not fit into bytes",
    ],
    ["with too many entries", archive([{}], { count: 2 }), "a directory of 2 entries does not fit"],
    ["with a directory elsewhere", archive([{}], { from: 3, size: 60 }), "entry 1 of the directory is none"],
    ["with a missing record of 64 bits", archive([{}], { count: 0xffff }), "the record of 64 bits is missing"],
    ["that is encrypted", archive([{ flags: 1 }]), '"a.npy" is encrypted'],
    ["of an unknown method", archive([{ method: 12 }]), '"a.npy" is compressed by the unknown method 12'],
    ["with a name twice", archive([{}, {}]), 'the name "a.npy" comes twice'],
    ["with a member outside", archive([{ at: 9999 }]), '"a.npy" does not lie before the directory'],
    ["with a member that is too long", archive([{ packed: 9999, size: 9999 }]), "does not lie before the directory"],
    ["that promises too much", archive([{ method: 8, size: 0xfffffff0 }]), '"a.npy" cannot make 4294967280 bytes of'],
    [
      "that promises 2^64 bytes",
      archive([{ size: 0xffffffff, packed: 0xffffffff, extra: [...short(1, 16), ...Array(16).fill(255)] }]),
      "does not lie before the directory",
    ],
    ["with a broken extra field", archive([{ extra: short(1, 99) }]), 'the extra field of "a.npy" does not fit'],
    ["with members in one place", archive([{}, { name: "b.npy", at: 0 }]), '"a.npy" reaches into what follows it'],
    ["with a member in another", archive([{}, { name: "b.npy", at: 60 }]), "reaches into what follows it"],
    ["with two names for one member", archive([{ inner: "b.npy" }]), '"a.npy" has another name in its own header'],
    ["with a wrong checksum", archive([{ crc: 1 }]), '"a.npy" is damaged: its checksum is wrong'],
    [
      "of damaged data",
      archive([{ method: 8, size: length + 1 }]),
      `it inflates to ${length} bytes, expected ${length + 1}`,
    ],
    [
      "of too much data",
      archive([{ method: 8, size: length - 1 }]),
      `it inflates to more than the ${length - 1} bytes expected`,
    ],
    ["with another member", archive([{ name: "a.txt" }]), 'the member "a.txt" is no .npy file'],
    ["with a bad member", archive([{ data: scrambled(30) }]), "x.npz/a.npy: it does not begin as an .npy file does"],
  ])("%s is refused", async (_, bytes, message) => {
    const fault = await refused(bytes);
    expect(fault._tag).toBe("CorruptFile");
    expect(fault.message).toContain(message);
  });

  test("with any byte changed or cut off is refused or harmless", async () => {
    const good = archive([{ method: 8 }]);
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at]! ^= 255;
      const read = await decodeNpz(changed, "x")();
      if (read._tag === "Right") expect(read.right.get("a") ?? [...read.right.values()][0]).toEqual(tensors[0]!);
      expect((await decodeNpz(good.subarray(0, at), "x")())._tag).toBe("Left");
    }
  });
});
