/** A Markdown table: the first column to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** A line of a list that says whether an aim was met, and by what. */
export function aim(what: string, isMet: boolean, measured: string): string {
  return `- ${isMet ? 'Met' : '**Not met**'}: ${what} (${measured}).`;
}

export function aims(...lines: readonly string[]): string {
  return lines.join('\n');
}

export function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
