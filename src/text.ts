/** The text, cut to so many characters with an ellipsis where it is longer; never through a surrogate pair. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What a step with a bug of its own ends with. */
export function ownFault(bug: unknown): string {
  return `The action met an error of its own, ${messageOf(bug)}; please report it`;
}

/** What a caught value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
