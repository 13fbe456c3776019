/** Slurm's programs as doubles: what was asked of them, and what they answer, are files in a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs of the shell alone: nothing else need be in PATH. */
const programs = {
  sbatch: `
[ -e "$cluster/refuses" ] && { echo 'sbatch: error: invalid partition specified: moon' >&2; exit 1; }
printf '%s\\n' "$*" >>"$cluster/submitted"
job=100
[ -e "$cluster/job" ] && read -r job <"$cluster/job"
job=$((job + 1))
echo "$job" >"$cluster/job"
echo "$job"`,
  squeue: `
[ -e "$cluster/queue" ] || exit 0
while read -r line; do printf '%s\\n' "$line"; done <"$cluster/queue"`,
  scancel: `
[ -e "$cluster/keeps" ] && { echo 'scancel: error: Kill job error on job id 101: Access/permission denied' >&2; exit 1; }
: >"$cluster/queue"
printf '%s\\n' "$*" >>"$cluster/cancelled"`,
};

/** @returns the folder for PATH */
export function installSlurmDoubles(cluster: string): string {
  const bin = join(cluster, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\ncluster='${cluster}'\n${text}\n`, { mode: 0o755 });
  return bin;
}

/** For a VS Code that finds the doubles; without VSCODE_CLI, it takes the PATH of the person's login shell instead. */
export function slurmEnvironment(cluster: string): Record<string, string> {
  return { PATH: `${installSlurmDoubles(cluster)}:${process.env['PATH'] ?? ''}`, VSCODE_CLI: '1' };
}
