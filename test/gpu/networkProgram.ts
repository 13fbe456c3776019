/** One job with a real network on one device, in a process of its own; given as JSON. */
import '../../src/engine/cuda/preparedCuda';
import { join } from 'node:path';
import { answer } from './answer';
import { dataSetJob } from './dataSetJob';
import { explainJob } from './explainJob';
import type { Job } from './jobs';
import { inOneSize, someIds } from './subjects';
import { mapsJob } from './mapsJob';

answer(async () => {
  // Written by report.ts, which starts this.
  let job = JSON.parse(process.argv[2] ?? '') as Job;
  if (job.resized || job.name === 'one image') {
    const { subject, images, size, folder } = job;
    job = {
      ...job,
      subject: await inOneSize(subject, someIds(subject, images), size, join(folder, 'JPEGImages')),
    };
  }
  if (job.name === 'maps') return mapsJob(job);
  if (job.name === 'one image') return explainJob(job);
  return dataSetJob(job, job.name === 'data set' ? 'full' : 'half');
});
