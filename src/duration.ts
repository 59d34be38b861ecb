const SECONDS_IN = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const DURATION = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Reads `90s`, `15m`, `1h30m`, `2d` or plain seconds.
 * @returns whole seconds, or `null` for anything else.
 */
export function parseDuration(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = DURATION.exec(text);
  if (parts === null) return null;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return (
    Number(days) * SECONDS_IN.d +
    Number(hours) * SECONDS_IN.h +
    Number(minutes) * SECONDS_IN.m +
    Number(seconds)
  );
}
