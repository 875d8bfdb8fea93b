/** What the tests of pictures share. */

/** Whether every element that opens closes again, in order. */
export const wellFormed = (svg: string): boolean => {
  const open: string[] = [];
  for (const [, slash, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (slash === "/") {
      if (open.pop() !== name) return false;
    } else if (!rest!.endsWith("/")) open.push(name!);
  }
  return open.length === 0;
};
