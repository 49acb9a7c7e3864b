import { downloadArtifact, publishArtifact } from './artifacts';
import { azureCli } from './azure-cli';
import { checkout } from './checkout';
import { helmDeploy } from './helm-deploy';
import { helmInstaller, kubeloginInstaller } from './installers';
import { bash, cmdLine } from './scripts';
import { TaskRunner } from './task-context';

/** How each task of the catalog is carried out; keys as in the catalog. */
export const TASK_RUNNERS: ReadonlyMap<string, TaskRunner> = new Map([
  ['azurecli@2', azureCli],
  ['bash@3', bash],
  ['checkout@1', checkout],
  ['cmdline@2', cmdLine],
  ['downloadpipelineartifact@2', downloadArtifact],
  ['helmdeploy@1', helmDeploy],
  ['helminstaller@1', helmInstaller],
  ['kubelogininstaller@0', kubeloginInstaller],
  ['publishpipelineartifact@1', publishArtifact],
]);
