/** Pictures of pixels: put together from others, written as PNG, shown inside an SVG. */
import { type Channels, encodePng, type Picture, run, writeFile } from "../../datasets/mod.ts";
import { element } from "./svg.ts";

/** Values of pictures, channels first: `[n, c, h, w]`. */
export interface PictureBatch {
  readonly values: ArrayLike<number>;
  readonly count: number;
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** How a sheet of pictures is laid out. */
export interface SheetOptions {
  /** Pictures in a row. */
  readonly columns: number;
  /** Pixels between pictures. Default 2. */
  readonly gap?: number;
  /** The value that is black. Default 0. */
  readonly black?: number;
  /** The value that is white. Default 1. */
  readonly white?: number;
  /** So many pixels wide and high each pixel becomes. Default 1. */
  readonly zoom?: number;
}

/**
 * Many pictures as one, row by row on white. Values beyond black and white are cut off.
 *
 * `[n,c,h,w] -> [h',w',c]`
 */
export const sheet = (pictures: PictureBatch, options: SheetOptions): Picture => {
  const { values, count, channels, height, width } = pictures;
  const { columns, gap = 2, black = 0, white = 1, zoom = 1 } = options;
  const [stepY, stepX] = [height * zoom + gap, width * zoom + gap];
  const rows = Math.ceil(count / columns);
  const [sheetHeight, sheetWidth] = [rows * stepY + gap, Math.min(columns, count) * stepX + gap];
  const out = new Uint8Array(sheetHeight * sheetWidth * channels).fill(255);
  for (let i = 0; i < count; i++) {
    const [top, left] = [gap + Math.floor(i / columns) * stepY, gap + (i % columns) * stepX];
    for (let y = 0; y < height * zoom; y++) {
      for (let x = 0; x < width * zoom; x++) {
        const from = Math.floor(y / zoom) * width + Math.floor(x / zoom);
        for (let c = 0; c < channels; c++) {
          const level = (values[(i * channels + c) * height * width + from]! - black) / (white - black);
          const to = ((top + y) * sheetWidth + left + x) * channels + c;
          out[to] = Math.round(255 * Math.min(Math.max(level, 0), 1));
        }
      }
    }
  }
  return { height: sheetHeight, width: sheetWidth, channels, values: out };
};

/** A picture of one colour for every pixel, which `paint` gives as red, green and blue of 0 to 255. */
export const painted = (
  height: number,
  width: number,
  paint: (y: number, x: number) => readonly [number, number, number],
): Picture<3> => {
  const values = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) values.set(paint(y, x).map(Math.round), (y * width + x) * 3);
  }
  return { height, width, channels: 3, values };
};

/** A picture as an element of an SVG, its pixels kept sharp, or smoothed. */
export const image = async (
  picture: Picture<Channels>,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  smooth = false,
): Promise<string> => {
  const href = `data:image/png;base64,${(await encodePng(picture)).toBase64()}`;
  const rest = smooth ? {} : { style: "image-rendering:pixelated" };
  return element("image", { ...at, href, preserveAspectRatio: "none", ...rest });
};

/** Writes a picture as a PNG file. */
export const writePng = async (path: string, picture: Picture<Channels>): Promise<void> =>
  await run(writeFile(path, await encodePng(picture)));
