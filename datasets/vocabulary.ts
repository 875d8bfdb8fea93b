/** Characters as numbers. */

/** The characters of a text, numbered in the order of their code points. */
export interface Vocabulary {
  /** The character of every number. */
  readonly characters: readonly string[];
  /** How many there are. */
  readonly size: number;
  /** The numbers of a text. Throws `RangeError` where a character has none. */
  readonly encode: (text: string) => Int32Array<ArrayBuffer>;
  /** The text of numbers. Throws `RangeError` where a number is no character's. */
  readonly decode: (ids: ArrayLike<number>) => string;
}

/**
 * The vocabulary of a text. Characters are code points, so no pair of surrogates is split.
 *
 * @example
 * ```ts
 * import { vocabulary } from "@pullback/pullback/datasets";
 * const letters = vocabulary("hello");
 * console.log(letters.encode("hole"), letters.decode([2, 3])); // Int32Array(4) [ 1, 3, 2, 0 ] lo
 * ```
 */
export const vocabulary = (text: string): Vocabulary => {
  const characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const numbers = new Map(characters.map((character, i) => [character, i]));
  return {
    characters,
    size: characters.length,
    encode: (text) =>
      Int32Array.from(text, (character) => {
        const id = numbers.get(character);
        if (id === undefined) throw new RangeError(`encode: ${JSON.stringify(character)} is not in the vocabulary`);
        return id;
      }),
    decode: (ids) =>
      Array.from(ids, (id) => {
        const character = characters[id];
        if (character === undefined) throw new RangeError(`decode: ${id} is not below ${characters.length}`);
        return character;
      }).join(""),
  };
};
