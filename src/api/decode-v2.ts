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
  withholding,
} from './decode.ts';

/** What one page of a v2 listing holds. */
export interface Page {
  readonly tasks: readonly PrewarmTask[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

// Documented as an object; a bare word says the same.
const Status = v.pipe(
  v.unknown(),
  v.transform((status) => (typeof status === 'object' && status !== null ? status : { status })),
  v.object({ status: optionalText, error: optionalText, message: optionalText }),
);

// What a gate cannot do without must be readable: products that tell what is covered, and an id to follow (below).
const Task = v.object({
  task_id: optionalText,
  id: optionalText,
  name: optionalText,
  image: optionalText,
  region_id: optionalText,
  product_ids: v.nullish(v.array(requiredText), []),
  image_size: optionalNumber,
  created_at: optionalTime,
  completed_at: optionalTime,
  status: v.optional(Status, null),
  registry_auth_id: optionalText,
  note: optionalText,
  reason: v.optional(reasons, null),
});

const truth = v.pipe(
  v.unknown(),
  v.transform((value) => (value === 'true' ? true : value === 'false' ? false : value)),
  v.boolean(),
);
const PageBody = v.object({
  data: v.nullable(v.array(v.unknown())),
  next_cursor: v.nullish(optionalText, ''),
  has_more: v.nullish(truth),
});

/**
 * Reads one page of a v2 listing: `{"data": [task, …], "next_cursor": "…", "has_more": true}`.
 * @param redact applied to every text, so that a key that the API echoes goes no further.
 * @returns the page, or what cannot be read in it.
 */
export function decodePage(body: unknown, redact: Redact): Page | Unreadable {
  const decoded = readPageBody(PageBody, body, redact);
  if ('unreadable' in decoded) return decoded;
  const { data, next_cursor: cursor, has_more } = decoded.page;
  const hasMore = has_more ?? cursor !== '';
  if (hasMore && cursor === '') return { unreadable: 'the answer has_more, but has no next_cursor' };
  const tasks = readTasks(data ?? [], readTask, redact);
  return 'unreadable' in tasks ? tasks : { tasks, nextCursor: hasMore ? cursor : null };
}

/** Reads a task that was asked for by its id: as it is, or inside `data`. */
export function decodeTask(body: unknown, redact: Redact): PrewarmTask | Unreadable {
  const wrapped = v.safeParse(v.object({ data: v.looseObject({}) }), body);
  const task = readTask(wrapped.success ? wrapped.output.data : body, redact);
  return 'unreadable' in task ? { unreadable: `the answer ${task.unreadable}` } : task;
}

function readTask(item: unknown, redactSecrets: Redact): PrewarmTask | Unreadable {
  const decoded = v.safeParse(Task, item);
  if (!decoded.success) return unreadable(decoded.issues[0]);
  const wire = decoded.output;
  const id = wire.task_id || wire.id;
  if (id === '') return { unreadable: 'has no readable task_id' };
  const state = stateFrom(wire.status.status);
  const redact = withholding(wire.registry_auth_id, redactSecrets);
  const said = [...wire.reason, wire.status.error, wire.status.message].filter((text) => text !== '');
  return {
    id: redact(id),
    imageName: redact(wire.name.replace(/[:@].*$/s, '')),
    imageUrl: redact(wire.image),
    clusterId: redact(wire.region_id),
    clusterName: '',
    products: wire.product_ids.map((productId) => ({ productId: redact(productId), productName: '' })),
    imageSize: wire.image_size,
    state,
    reportedState: redact(wire.status.status),
    createTime: wire.created_at,
    completeTime: phaseOf(state) === 'unfinished' ? null : wire.completed_at,
    note: redact(wire.note),
    reasons: [...new Set(said)].map(redact),
  };
}
