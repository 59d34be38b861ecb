import { shorten } from '../text.ts';
import { createdTaskId, reportedError } from './decode.ts';
import { decodeQuota } from './decode-v1.ts';
import type { Http } from './http.ts';
import { type ApiFailure, isFailure, type Quota, transient } from './types.ts';

const LONGEST_ERROR = 300;

/** Asks for a task. An answer without an id leaves open which task came to be, if any. */
export async function createTask(
  http: Http,
  url: URL,
  order: object,
  signal: AbortSignal,
): Promise<{ readonly taskId: string } | ApiFailure> {
  const answer = await http.postJson(url, order, signal);
  if (isFailure(answer)) return answer;
  const taskId = createdTaskId(answer.body);
  if (taskId !== null) return { taskId: http.redact(taskId) };
  const error = reportedError(answer.body);
  const instead = error === null ? '' : ` but an error, ${shorten(http.redact(error), LONGEST_ERROR)}`;
  return transient(`The answer to a creation names no id${instead}; if this goes on, check base-url`);
}

/** Asks for the quota, which is documented for v1 alone; `null` when there is no answer that can be read. */
export async function readQuota(http: Http, baseUrl: string, signal: AbortSignal): Promise<Quota | null> {
  const answer = await http.getJson(
    new URL(`${baseUrl}/gpu-instance/openapi/v1/image/prewarm/quota`),
    signal,
  );
  return isFailure(answer) ? null : decodeQuota(answer.body);
}
