/** A picture in memory, as a file holds it. */

/** Grey, grey and opacity, colours, or colours and opacity. */
export type Channels = 1 | 2 | 3 | 4;

/**
 * A picture, the channels of a pixel together: value `(y, x, c)` is `values[(y * width + x) * channels + c]`. The channels are
 * grey; grey, opacity; red, green, blue; or red, green, blue, opacity.
 */
export interface Picture<C extends Channels = Channels> {
  /** Rows. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
  /** Values of a pixel. */
  readonly channels: C;
  /** 0 to 255, or 0 to 65,535. */
  readonly values: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}
