/** Colors, on a terminal and unless NO_COLOR is set. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof codes;
export type Paint = Readonly<Record<Colour, (text: string) => string>>;

export function createPaint(enabled: boolean): Paint {
  const with_ =
    (colour: Colour) =>
    (text: string): string => {
      const [on, off] = codes[colour];
      return enabled ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    };
  return {
    bold: with_('bold'),
    dim: with_('dim'),
    red: with_('red'),
    green: with_('green'),
    yellow: with_('yellow'),
    cyan: with_('cyan'),
  };
}
