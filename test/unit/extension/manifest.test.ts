/** What package.json promises and what the code keeps must be the same. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkpointEndings } from '../../../src/extension/checkpointEditor/checkpointName';
import { imageEndings, isImageName } from '../../../src/extension/imageFile';
import { defaultNames } from '../../../src/extension/hyperparameters/hyperParameter';
import { imagePanelActions, imagePanelViewType } from '../../../src/protocol/imagePanel';
import { stagesPanelViewType } from '../../../src/protocol/stages';
import { deviceChoices } from '../../../src/protocol/deviceNames';

const menuItem = z.object({ command: z.string(), when: z.string().optional() });
const manifest = z
  .object({
    activationEvents: z.array(z.string()),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), title: z.string() })),
      menus: z.record(z.string(), z.array(menuItem)),
      walkthroughs: z.array(
        z.object({
          steps: z.array(
            z.object({
              id: z.string(),
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string() }),
              completionEvents: z.array(z.string()),
            }),
          ),
        }),
      ),
      configuration: z.object({
        properties: z.object({
          'lpcam.lens.names': z.object({ default: z.array(z.string()) }),
          'lpcam.device': z.object({ enum: z.array(z.string()), enumDescriptions: z.array(z.string()) }),
        }),
      }),
    }),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')));
const { commands, menus, configuration } = manifest.contributes;

describe('The menus for images', () => {
  const places = ['explorer/context', 'editor/title', 'editor/title/context'];
  const shown = ['lpcam.showActivationMaps', 'lpcam.showStages'];
  const pairs = places.flatMap((place) => shown.map((command) => ({ place, command })));
  const patterns = pairs.map(({ place, command }) => {
    const item = menus[place]?.find((one) => one.command === command);
    const source = /resourceExtname =~ \/(.*)\/i/.exec(item?.when ?? '')?.[1];
    return new RegExp(source ?? 'missing', 'i');
  });

  it('offer the commands for every image that can be decoded, and for nothing else', () => {
    for (const pattern of patterns) {
      for (const ending of imageEndings) expect(`.${ending}`).toMatch(pattern);
      for (const ending of ['.JPG', '.Png']) expect(ending).toMatch(pattern);
      for (const ending of ['.json', '.svg', '.jpgx', '.onnx', '.py']) {
        expect(ending).not.toMatch(pattern);
        expect(isImageName(`a${ending}`)).toBe(false);
      }
    }
  });

  it('show their full names, because menus leave the category out', () => {
    const titles = shown.map((command) => commands.find((one) => one.command === command)?.title);
    expect(titles).toEqual(['LPCAM: Show Activation Maps', 'LPCAM: Show Stages']);
  });
});

it('a study can be created for every file the checkpoint editor opens', () => {
  const when = menus['explorer/context']?.find((one) => one.command === 'lpcam.createStudy')?.when;
  const pattern = new RegExp(/resourceExtname =~ \/(.*)\/i/.exec(when ?? '')?.[1] ?? 'missing', 'i');
  for (const ending of checkpointEndings) expect(`.${ending}`).toMatch(pattern);
  expect('.onnxx').not.toMatch(pattern);
});

it('menus name only commands that exist', () => {
  const known = commands.map((one) => one.command);
  for (const item of Object.values(menus).flat()) expect(known).toContain(item.command);
});

it('whatever a key does in the panel is a command too, offered while a panel is active', () => {
  for (const action of imagePanelActions) {
    const command = `lpcam.panel.${action}`;
    expect(commands.map((one) => one.command)).toContain(command);
    const item = menus['commandPalette']?.find((one) => one.command === command);
    expect(item?.when).toBe(`activeWebviewPanelId == '${imagePanelViewType}'`);
  }
});

it('the device setting offers every device, each with a description', () => {
  const { enum: offered, enumDescriptions } = configuration.properties['lpcam.device'];
  expect(offered).toEqual(['study', ...deviceChoices]);
  expect(enumDescriptions).toHaveLength(offered.length);
});

it('a panel from before a reload wakes the extension', () => {
  for (const view of [imagePanelViewType, stagesPanelViewType])
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${view}`);
});

it('the names that get lenses are those the code knows', () => {
  expect(configuration.properties['lpcam.lens.names'].default).toEqual(defaultNames);
});

/** Links of lines of code: what they run is registered, but of no use in a menu. */
const linkCommands = ['lpcam.openReference', 'lpcam.tryInPanel'];

it('the walkthrough names commands and settings that there are, and shows pictures that there are', () => {
  const known = [...commands.map((one) => one.command), ...linkCommands];
  const steps = manifest.contributes.walkthroughs.flatMap((one) => one.steps);
  expect(steps.map(({ id }) => id)).toEqual(['checkpoint', 'image', 'gallery', 'seeds', 'code']);
  for (const { description, media, completionEvents } of steps) {
    expect(existsSync(join(__dirname, '../../..', media.svg))).toBe(true);
    for (const [, command = ''] of description.matchAll(/command:(lpcam\.[\w.]+)/g))
      expect(known).toContain(command);
    for (const [, command = ''] of completionEvents.join(' ').matchAll(/onCommand:(lpcam\.[\w.]+)/g))
      expect(known).toContain(command);
  }
});
