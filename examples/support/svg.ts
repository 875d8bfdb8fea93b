/** The little SVG that the examples draw: elements as text, escaped, with short numbers. */

export type Attributes = Readonly<Record<string, string | number>>;

/** Text as it may stand in an element or an attribute. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
    // deno-lint-ignore no-control-regex -- the characters that XML has no way to write
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");

/** At most two decimals. */
export const short = (v: number): string => String(Math.round(v * 100) / 100);

/** An element; `inner` is markup, so texts go through `label`. */
export const element = (name: string, attributes: Attributes, inner = ""): string => {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escapeXml(value)}"`)
    .join("");
  return inner === "" ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
};

/** A line of text. */
export const label = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element("text", { x, y, ...attributes }, escapeXml(text));

/** A picture of its own size. */
export const document = (width: number, height: number, inner: string): string =>
  element("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": "ui-sans-serif, system-ui, sans-serif",
    "font-size": 12,
    fill: "#222",
  }, `${element("rect", { width, height, fill: "white" })}${inner}`) + "\n";

const shades = 16;

/**
 * Grey pixels as squares of one unit, dark ink on light paper: one path for each of 16 shades, neighbours of a row joined.
 * `u8[height * width]`, 0 background, 255 ink.
 */
export const pixels = (grey: ArrayLike<number>, width: number, height: number): string => {
  const paths = new Array<string>(shades).fill("");
  const shadeAt = (x: number, y: number) => x < width ? Math.round(grey[y * width + x]! / 255 * (shades - 1)) : -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width;) {
      const shade = shadeAt(x, y);
      const start = x;
      while (shadeAt(x, y) === shade) x++;
      paths[shade] += `M${start} ${y}h${x - start}v1h-${x - start}z`;
    }
  }
  const drawn = paths.map((d, shade) => {
    const level = Math.round(255 * (1 - shade / (shades - 1)));
    return d === "" ? "" : element("path", { fill: `rgb(${level},${level},${level})`, d });
  });
  return element("g", { "shape-rendering": "crispEdges" }, drawn.join(""));
};
