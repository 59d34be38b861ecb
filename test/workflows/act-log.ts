/** What a step of a job did. */
export interface StepRun {
  /** Its `name`, or what it uses or runs. */
  readonly name: string;
  /** `success` or `failure`; null when the workflow ended before the step did. */
  result: string | null;
  /** What it printed, line by line, without workflow commands. */
  readonly log: string[];
  /** What it annotated, as `warning: text` or `error: text`. */
  readonly annotations: string[];
}

/** One job, or one of a matrix. */
export interface JobRun {
  readonly id: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** `success` when there are steps and all of them succeeded: act itself gives all jobs of a matrix one result. */
  readonly result: 'success' | 'failure';
  /** Those that ran, without what act does before and after them. */
  readonly steps: readonly StepRun[];
}

/** A line of `act --json`, as far as it is read here. */
interface Entry {
  /** The job's name, which tells the jobs of a matrix apart. */
  readonly job?: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>>;
  /** `Main`, or `Pre` and `Post` for what an action does around it. */
  readonly stage?: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly arg?: string;
  readonly msg?: string;
}

/** The jobs that a workflow started, from what `act --json` printed, in the order in which they started. */
export function jobsIn(output: string): JobRun[] {
  const jobs = new Map<string, Omit<JobRun, 'result'> & { readonly steps: StepRun[] }>();
  const steps = new Map<string, StepRun>();
  for (const line of output.split('\n').filter((text) => text.startsWith('{'))) {
    const entry = JSON.parse(line) as Entry;
    if (entry.job === undefined) continue;
    const job = jobs.get(entry.job) ?? { id: entry.jobID ?? '', matrix: entry.matrix ?? {}, steps: [] };
    jobs.set(entry.job, job);
    if (entry.stage !== 'Main') continue;
    const key = `${entry.job} ${entry.stepID?.join(' ')}`;
    let step = steps.get(key);
    if (step === undefined) {
      step = { name: entry.step ?? '', result: null, log: [], annotations: [] };
      steps.set(key, step);
      job.steps.push(step);
    }
    step.result = entry.stepResult ?? step.result;
    if (entry.raw_output === true) step.log.push((entry.msg ?? '').trimEnd());
    if (entry.command === 'warning' || entry.command === 'error') {
      step.annotations.push(`${entry.command}: ${entry.arg}`);
    }
  }
  return [...jobs.values()].map((job) => ({
    ...job,
    result:
      job.steps.length > 0 && job.steps.every(({ result }) => result === 'success') ? 'success' : 'failure',
  }));
}
