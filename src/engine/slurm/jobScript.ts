/** The script that a node runs for a task of a stage. What it knows of itself it leaves in the run's folder. */
import type { SlurmStage } from '../../protocol/slurm';
import { shellQuote } from './shellQuote';

export interface ScriptFacts {
  readonly stage: SlurmStage;
  readonly runFolder: string;
  readonly prologue: readonly string[];
  /** Program and arguments; `{shard}` stands for the task's own i/n. */
  readonly command: readonly string[];
  readonly shards: number;
  /** Where the command's output goes once it has ended well; null: into the log. */
  readonly resultFile: string | null;
}

/** @param command with `{shard}` in place of the share */
function commandText({ command, shards }: ScriptFacts): string {
  return command.map((word) => (word === '{shard}' ? `"$task/${shards}"` : shellQuote(word))).join(' ');
}

/**
 * The script's text. Every value is quoted; only the prologue is shell, because that is what the study says it is. The
 * state file is written under another name and renamed, so that nobody reads half of it.
 */
export function jobScript(facts: ScriptFacts): string {
  const { stage, runFolder, prologue, resultFile } = facts;
  const output = resultFile === null ? '' : ' >"$result.part"';
  return `#!/bin/bash
# Written by LPCAM Lens; "lpcam status --resubmit" submits it again.
run=${shellQuote(runFolder)}
result=${shellQuote(resultFile ?? '')}
task="\${SLURM_ARRAY_TASK_ID:-1}"
job="\${SLURM_ARRAY_JOB_ID:-0}_$task"
state="$run/state/${stage}-$task"
note() {
  printf '%s %s %s %s\\n' "$1" "$job" "\${SLURMD_NODENAME:-$(hostname)}" "$(date +%s)" >"$state.$$.part" && mv -f "$state.$$.part" "$state"
}
child=
note running
trap 'code=$?; note "ended:$code"' EXIT
trap '[ -n "$child" ] || exit 143; kill -TERM "$child" 2>/dev/null' TERM INT
${prologue.join('\n')}
${commandText(facts)}${output} &
child=$!
wait "$child"
code=$?
# A signal ends the wait before the program: let that stop by itself.
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
if [ "$code" -eq 0 ] && [ -n "$result" ]; then
  cat "$result.part" && mv -f "$result.part" "$result" || code=1
fi
exit "$code"
`;
}
