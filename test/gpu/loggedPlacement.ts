/** On which execution provider ONNX Runtime put each operator of a session, from its verbose log. */

export interface LoggedPlacement {
  /** What stands after `== ` before the session's log. */
  readonly session: string;
  /** Number of nodes by execution provider. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Operators on the CPU, sorted; only told where not all nodes are on one provider. */
  readonly onCpu: readonly string[];
}

const cpu = 'CPUExecutionProvider';

export function loggedPlacements(log: string): LoggedPlacement[] {
  return log
    .split(/^== /m)
    .slice(1)
    .map((text) => {
      const [session = '', ...lines] = text.split('\n');
      const nodes: Record<string, number> = {};
      const onCpu: string[] = [];
      let provider = '';
      for (const line of lines) {
        const said = /VerifyEachNodeIsAssignedToAnEp\]\s+(.*)$/.exec(line)?.[1] ?? '';
        const [, name = '', count = ''] =
          /^(?:All nodes|Node\(s\)) placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(said) ?? [];
        if (name !== '') nodes[(provider = name)] = Number(count);
        else if (provider === cpu && /^\w+ \(.*\)$/.test(said)) onCpu.push(said.replace(/ .*/, ''));
      }
      return { session, nodes, onCpu: onCpu.sort() };
    });
}
