/** A text that cannot be read well. */
export interface FaintText {
  readonly text: string;
  readonly ratio: number;
  readonly color: string;
  readonly background: string;
}

/**
 * Runs in the browser: texts whose contrast to what is behind them is below the least that WCAG asks for (1.4.3, AA). Of SVG the
 * fill counts, before the box of its group. Opens everything first.
 */
export function faintTexts(): readonly FaintText[] {
  for (const details of document.querySelectorAll('details')) details.open = true;
  type Color = readonly [number, number, number, number];
  const read = (text: string): Color => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text === 'none' || text === 'transparent' ? [0, 0, 0, 0] : [r, g, b, a];
  };
  const over = (top: Color, below: Color): Color => {
    const mix = (a: number, b: number): number => a * top[3] + b * (1 - top[3]);
    return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), 1];
  };
  const light = (color: Color): number => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): Color => {
    const layers: Color[] = [];
    const rect = element.closest('g')?.querySelector(':scope > rect:last-of-type');
    if (element instanceof SVGElement && rect !== null && rect !== undefined)
      layers.push(read(getComputedStyle(rect).fill));
    for (let each: Element | null = element; each !== null; each = each.parentElement)
      layers.push(read(getComputedStyle(each).backgroundColor));
    return layers.reduceRight<Color>((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    (element) =>
      [...element.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim() !== '') &&
      !['SCRIPT', 'STYLE', 'title', 'desc'].includes(element.tagName) &&
      element.checkVisibility(),
  );
  return texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const background = behind(element);
    const color = over(read(element instanceof SVGElement ? style.fill : style.color), background);
    const [a = 0, b = 0] = [light(color), light(background)].toSorted((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    return ratio >= 4.5
      ? []
      : [{ text: element.textContent.slice(0, 40), ratio, color: color.join(), background: background.join() }];
  });
}
