/**
 * A Slurm of three nodes on this one machine: munged, slurmctld and three slurmd with ports and folders of their own, all
 * below one temporary folder, and all ended with it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const nodes = ['lpcam1', 'lpcam2', 'lpcam3'] as const;

const programs = {
  munged: '/usr/sbin/munged',
  slurmctld: '/usr/sbin/slurmctld',
  slurmd: '/usr/sbin/slurmd',
  sbatch: '/usr/bin/sbatch',
};

/** Why there can be no cluster here; null: there can. */
export function whyNot(): string | null {
  const missing = Object.values(programs).filter((path) => !existsSync(path));
  if (missing.length > 0) return `there is no ${missing.join(', ')} (Debian: slurm-wlm, munge)`;
  return process.getuid?.() === 0 ? null : 'slurmd runs tasks as their owners, which takes root';
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function configuration(folder: string, ports: readonly number[]): string {
  const host = hostname();
  const [controller = 0, ...own] = ports;
  return [
    'ClusterName=lpcam',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge.socket`,
    'CredType=cred/munge',
    'SlurmUser=root',
    'SlurmdUser=root',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd-%n.log`,
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'ReturnToService=2',
    'SlurmdParameters=config_overrides',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'GresTypes=gpu',
    'SlurmdTimeout=10',
    'SlurmctldTimeout=10',
    'KillWait=2',
    'OverTimeLimit=0',
    'MinJobAge=300',
    'SchedulerParameters=sched_interval=1,sched_min_interval=100000,batch_sched_delay=1,bf_interval=1',
    ...nodes.map(
      (name, at) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${own[at] ?? 0} CPUs=1 RealMemory=1000 Gres=gpu:1 State=UNKNOWN`,
    ),
    'PartitionName=lab Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP',
    '',
  ].join('\n');
}

/** Processes whose environment or arguments name the folder: what a daemon of ours started. */
async function processesOf(mark: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const [environment, cwd, command] = await Promise.all([
      readFile(`/proc/${pid}/environ`, 'latin1').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => ''),
    ]);
    if (environment.includes(mark) || cwd.startsWith(mark) || command.includes(mark)) found.push(pid);
  }
  return found;
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
}

export class Cluster {
  private readonly daemons = new Map<string, ChildProcess>();
  readonly environment: NodeJS.ProcessEnv;

  private constructor(readonly folder: string) {
    this.environment = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  }

  static async start(folder: string): Promise<Cluster> {
    const cluster = new Cluster(folder);
    try {
      await cluster.begin();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private async begin(): Promise<void> {
    const { folder } = this;
    await mkdir(join(folder, 'state'), { recursive: true });
    await chmod(folder, 0o755);
    for (const node of nodes) await mkdir(join(folder, `spool-${node}`));
    await writeFile(join(folder, 'munge.key'), randomBytes(128), { mode: 0o400 });
    await writeFile(join(folder, 'slurm.conf'), configuration(folder, await freePorts(1 + nodes.length)));
    await writeFile(join(folder, 'gres.conf'), 'Name=gpu File=/dev/null\n');
    const munge = ['key', 'pid', 'log', 'seed'].map((part) => `--${part}-file=${folder}/munge.${part}`);
    this.daemon('munged', programs.munged, [
      '--foreground',
      '--force',
      `--socket=${folder}/munge.socket`,
      ...munge,
    ]);
    await this.until('munged listens', () => Promise.resolve(existsSync(`${folder}/munge.socket`)));
    this.daemon('slurmctld', programs.slurmctld, ['-D', '-c']);
    for (const node of nodes) this.startNode(node);
    await this.until('all nodes are idle', async () => {
      const text = await this.ask('sinfo', ['-h', '-N', '-o', '%N %T']).catch(() => '');
      return nodes.every((node) => text.includes(`${node} idle`));
    });
  }

  private daemon(name: string, program: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.out`), 'a');
    this.daemons.set(
      name,
      spawn(program, args, { env: this.environment, stdio: ['ignore', log, log], detached: true }),
    );
  }

  startNode(node: string): void {
    this.daemon(node, programs.slurmd, ['-D', '-N', node]);
  }

  /** As if its power failed: slurmd and all that it started end at once, and none of them can say so. */
  async killNode(node: string): Promise<void> {
    const tasks: number[] = [];
    for (const name of await readdir('/proc')) {
      const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
      if (environment.includes(`SLURMD_NODENAME=${node}\0`) && environment.includes(this.folder))
        tasks.push(Number(name));
    }
    const parents = await Promise.all(
      tasks.map(async (pid) => {
        const text = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
        const parent = Number(/^PPid:\t(\d+)/m.exec(text)?.[1]);
        const program = await readlink(`/proc/${parent}/exe`).catch(() => '');
        return program.includes('slurmstepd') ? [parent] : [];
      }),
    );
    // Who would report the others' end goes first.
    this.daemons.get(node)?.kill('SIGKILL');
    killAll([...new Set(parents.flat()), ...tasks]);
  }

  async ask(program: string, args: readonly string[]): Promise<string> {
    return (await run(program, [...args], { env: this.environment })).stdout;
  }

  /** Waits; a cluster that does not come shows its logs. */
  async until(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
    for (let waited = 0; waited < seconds * 4; waited++) {
      if (await holds()) return;
      await sleep(250);
    }
    throw new Error(`Waited ${seconds} s in vain: ${what}.\n${await this.lastWords()}`);
  }

  private async lastWords(): Promise<string> {
    const names = (await readdir(this.folder)).filter((name) => /\.(log|out)$/.test(name));
    const texts = await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(this.folder, name), 'utf8').catch(() => '');
        return `== ${name}\n${text.split('\n').slice(-12).join('\n')}`;
      }),
    );
    return texts.join('\n');
  }

  async stop(): Promise<void> {
    for (const child of this.daemons.values()) child.kill('SIGKILL');
    // Every process of it has the folder in its environment, in its arguments or as its place.
    killAll(await processesOf(this.folder));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
