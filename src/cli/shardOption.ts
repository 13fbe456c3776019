/** `--shard i/n`: a share of the work, for several machines that share the folder. */
import { InvalidArgumentError, type Command } from 'commander';
import { shardSchema, type Shard } from '../protocol/shard';

function shard(text: string): Shard {
  const found = /^(\d+)\/(\d+)$/.exec(text.trim());
  const parsed = shardSchema.safeParse({ index: Number(found?.[1]), of: Number(found?.[2]) });
  if (found === null || !parsed.success)
    throw new InvalidArgumentError('Expected i/n with i from 1 to n, for example 2/8.');
  return parsed.data;
}

/** @param share what is shared, for the help */
export function addShardOption(command: Command, share: string): Command {
  return command.option(
    '--shard <i/n>',
    `only share i of n (1/n ... n/n) of ${share}; every share is done once, on any machine that sees the same folders`,
    shard,
  );
}
