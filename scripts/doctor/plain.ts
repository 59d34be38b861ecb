/**
 * What may stand in a report that anybody can read. Texts of the API are shown word by word, and only words of this list:
 * names, ids, notes and addresses cannot be in it, whatever an answer holds.
 */
const VOCABULARY = new Set(
  `a again allowed an and are argument array as at authenticate bad be been between body but by can cannot code could data
  default does equal equals error errors exceed exceeded exceeding exceeds exist exists expected fail failed field
  find for format found from get got greater gt gte has have header http in int integer internal invalid is it items json
  key large larger largest later least length less list long lt lte many max maximum message method min minimum missing
  more most must negative next no not null number numeric object of off offset on one only operation or order out over
  page pages param parameter parameters params parse path please positive previous query range reached reason reasons
  record request requests required resource result retry route rows rule rules server service should size small smaller
  sort string support supported tag temporarily than that the this timeout to too try type unavailable unexpected unknown
  unsupported up use valid validate validation validator value values wait was were when with within without wrong your
  zero
  access account api apikey auth authentication authorization authorized balance banned bearer credential credentials
  denied enough forbidden frequent insufficient limit limited operations permission per quota rate token unauthenticated
  unauthorized used user
  attempt attempts cluster clusters complete completed count create created creator cursor delete deleted digest duration
  end ended error finish finished gb id ids image images last layer layers name node nodes note percent phase pre
  prewarm product products progress ready region regions registry repository start started state status task tasks
  time times total update updated url version warm
  aborted active building canceled canceling cancelled cancelling caching created creating deleting done downloading
  evicted expired inactive initializing partial paused pending preparing pulled pulling queued queueing retrying running
  scheduled scheduling skipped stopped stopping succeeded success successful suspended terminated terminating uploading
  waiting`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
/** Limits as people set them; another number may be an id. */
export const LIMITS = new Set(
  '0 1 2 5 10 15 20 25 30 40 50 60 64 80 99 100 120 128 150 200 250 255 256 300 400 500 512 600 800 999 1000 1024 2000 2048 5000 10000'
    .split(' ')
    .map(Number),
);

const LONGEST = 240;
/** Words as they stand, those in camelCase one by one. */
const TOKEN = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]/gu;
const HARMLESS_MARK = /^[ _.,:;'()=/-]$/;

/** A text of the API with an ellipsis for whatever is not in the vocabulary. Empty when nothing is left. */
export function plain(text: string): string {
  const shown = (text.slice(0, 4 * LONGEST).match(TOKEN) ?? []).map((token) => {
    if (/^\d/.test(token)) return LIMITS.has(Number(token)) ? token : '…';
    if (/^[A-Za-z]/.test(token)) return VOCABULARY.has(token.toLowerCase()) ? token : '…';
    return HARMLESS_MARK.test(token) ? token : '…';
  });
  const joined = shown
    .join('')
    .replaceAll('::', ':')
    .replaceAll(/…[… _.,:;'()=/-]*…/g, '…')
    .trim()
    .slice(0, LONGEST);
  return /[A-Za-z]/.test(joined) ? joined : '';
}

/** How many there are, told so roughly that it says nothing about an account. */
export function amount(count: number): string {
  if (count === 0) return 'none';
  if (count === 1) return 'one';
  return count < 10 ? 'a few' : 'many';
}
