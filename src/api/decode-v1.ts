import * as v from 'valibot';
import { type PrewarmTask, phaseOf, stateFrom } from '../tasks/task.ts';
import {
  optionalNumber,
  optionalText,
  optionalTime,
  type Redact,
  readPageBody,
  readTasks,
  reasons,
  requiredText,
  type Unreadable,
  unreadable,
  wholeNumberFrom,
  withholding,
} from './decode.ts';
import type { Quota } from './types.ts';

/** What one page of a v1 listing holds. */
export interface Page {
  readonly tasks: readonly PrewarmTask[];
  /** `null` when the answer does not tell. */
  readonly total: number | null;
}

const Product = v.object({
  productId: requiredText,
  productName: optionalText,
});

// What a gate cannot do without must be readable: an id to follow, products that tell what is covered.
const Task = v.object({
  id: requiredText,
  imageName: optionalText,
  imageUrl: optionalText,
  clusterId: optionalText,
  clusterName: optionalText,
  products: v.nullish(v.array(Product), []),
  imageSize: optionalNumber,
  createTime: optionalTime,
  state: optionalText,
  completeTime: optionalTime,
  note: optionalText,
  reason: v.optional(reasons, null),
  repositoryAuth: optionalText,
});

const wholeNumber = v.pipe(v.unknown(), v.transform(wholeNumberFrom), v.number());

const PageBody = v.object({
  data: v.nullable(v.array(v.unknown())),
  total: v.nullish(wholeNumber, null),
});

const QuotaBody = v.object({ total: wholeNumber, limit: wholeNumber });

/**
 * Reads one page of a v1 listing: `{"data": [task, …], "total": n}`. Numbers may be strings and the other way round.
 * @param redact applied to every text, so that a key that the API echoes goes no further.
 * @returns the page, or what cannot be read in it.
 */
export function decodePage(body: unknown, redact: Redact): Page | Unreadable {
  const decoded = readPageBody(PageBody, body, redact);
  if ('unreadable' in decoded) return decoded;
  const { data, total } = decoded.page;
  const tasks = readTasks(data ?? [], readTask, redact);
  return 'unreadable' in tasks ? tasks : { tasks, total };
}

/** Reads `{"total": used, "limit": allowed}`; `null` for anything else. */
export function decodeQuota(body: unknown): Quota | null {
  const quota = v.safeParse(QuotaBody, body);
  return quota.success ? { used: quota.output.total, limit: quota.output.limit } : null;
}

function readTask(item: unknown, redactSecrets: Redact): PrewarmTask | Unreadable {
  const decoded = v.safeParse(Task, item);
  if (!decoded.success) return unreadable(decoded.issues[0]);
  const wire = decoded.output;
  const state = stateFrom(wire.state);
  const redact = withholding(wire.repositoryAuth, redactSecrets);
  return {
    id: redact(wire.id),
    imageName: redact(wire.imageName),
    imageUrl: redact(wire.imageUrl),
    clusterId: redact(wire.clusterId),
    clusterName: redact(wire.clusterName),
    products: wire.products.map(({ productId, productName }) => ({
      productId: redact(productId),
      productName: redact(productName),
    })),
    imageSize: wire.imageSize,
    state,
    reportedState: redact(wire.state),
    createTime: wire.createTime,
    completeTime: phaseOf(state) === 'unfinished' ? null : wire.completeTime,
    note: redact(wire.note),
    reasons: wire.reason.map(redact),
  };
}
