/** Shows what happens while a data set is downloaded. */
import type { TransferEvent } from "../../datasets/mod.ts";
import { bar, type Output } from "../../training/mod.ts";

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A listener for `mnist({ progress })`: a bar for every file on a terminal, a line for every file elsewhere. */
export const transferLines = (output: Output): (event: TransferEvent) => void => {
  const live = output.isTTY === true;
  const clear = live ? "\r\x1b[K" : "";
  return (event) => {
    if (event._tag === "MirrorFailed") {
      output.write(`${clear}${URL.canParse(event.url) ? new URL(event.url).host : event.url} ${event.reason}\n`);
    } else if (event._tag === "NotCached") {
      output.write(`${clear}${event.file} is not kept for the next time: ${event.reason}\n`);
    } else {
      const { file, received, total } = event;
      const sizes = `${megabytes(received)}/${megabytes(total)} MB`;
      const end = received === total ? "\n" : "";
      if (live) output.write(`${clear}${file} ${bar(received / total, 24)} ${sizes}${end}`);
      else if (end !== "") output.write(`downloaded ${file}, ${megabytes(total)} MB\n`);
    }
  };
};
