import type { JsonObject } from '@backstage/types';
import { Alert, Box, Button, Flex, Text } from '@backstage/ui';
import {
  EnvironmentSpec,
  REGIONS,
  SIZES,
  TIER_PRESETS,
  environmentSpecSchema,
} from '@moorline/environment-model';
import {
  RiArrowLeftLine,
  RiArrowRightSLine,
  RiFileTextLine,
  RiFolderOpenLine,
} from '@remixicon/react';
import { Fragment, ReactNode } from 'react';
import { ownerName } from '../common';
import { Cost } from './Cost';
import { Part } from './Part';
import { planCreation } from './plan';
import styles from './Wizard.module.css';

/** The last page: everything that will be made, before anything is. */
export function Review(props: {
  values: JsonObject;
  busy: boolean;
  onBack: () => void;
  onCreate: () => void;
}) {
  const parsed = environmentSpecSchema.safeParse(specOf(props.values));
  return (
    <Box as="section" bg="neutral" aria-label="Review" className={styles.page}>
      {parsed.success ? (
        <Plan spec={parsed.data} />
      ) : (
        <Alert
          status="warning"
          icon
          title="Something is missing"
          description={
            <ul className={styles.issues}>
              {parsed.error.issues.map(({ message }) => (
                <li key={message}>{message}</li>
              ))}
            </ul>
          }
        />
      )}
      <Flex gap="2" justify="end" className={styles.buttons}>
        <Button
          variant="secondary"
          size="medium"
          iconStart={<RiArrowLeftLine />}
          isDisabled={props.busy}
          onPress={props.onBack}
        >
          Back
        </Button>
        <Button
          variant="primary"
          size="medium"
          isPending={props.busy}
          isDisabled={!parsed.success}
          onPress={props.onCreate}
        >
          Create environment
        </Button>
      </Flex>
    </Box>
  );
}

const FIELDS = Object.keys(environmentSpecSchema.shape);

/** What belongs to the environment; a template may ask for more. */
function specOf(values: JsonObject): unknown {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => FIELDS.includes(key)),
  );
}

function Plan({ spec }: { spec: EnvironmentSpec }) {
  const plan = planCreation(spec);
  const tier = TIER_PRESETS[spec.tier];
  return (
    <>
      <dl className={styles.summary}>
        <Fact label="Name">{spec.name}</Fact>
        <Fact label="Tier">{tier.label}</Fact>
        <Fact label="Owner">{ownerName(spec.owner)}</Fact>
        <Fact label="Region">{REGIONS[spec.region].label}</Fact>
        <Fact label="Size">{SIZES[spec.size].label}</Fact>
        <Fact label="Addresses">{spec.addressRange ?? 'a free /20'}</Fact>
      </dl>
      <div className={styles.plan}>
        <Part title="Files" note="One commit in the environments repository">
          <ul className={styles.tree} aria-label={`Files in ${plan.folder}`}>
            <li>
              <RiFolderOpenLine size={16} aria-hidden />{' '}
              <code>{plan.folder}/</code>
              <ul>
                {plan.files.map(({ path, what }) => (
                  <li key={path}>
                    <RiFileTextLine size={16} aria-hidden /> <code>{path}</code>
                    <span className={styles.what}>{what}</span>
                  </li>
                ))}
              </ul>
            </li>
          </ul>
        </Part>
        <Part
          title="In Azure"
          note="By Terraform; its plan lists every resource before any is made"
        >
          <ul className={styles.rows}>
            {plan.resources.map(({ kind, detail }) => (
              <li key={kind}>
                <strong>{kind}</strong>
                <span className={styles.what}>{detail}</span>
              </li>
            ))}
          </ul>
        </Part>
        <Part
          title="Releases"
          note="By Helm, each waited for until it is ready"
        >
          <ul className={styles.rows}>
            {plan.releases.map(({ name, detail, host }) => (
              <li key={name}>
                <strong>{name}</strong>
                <span className={styles.what}>
                  {detail}
                  {host && (
                    <>
                      <br />
                      <code>{host}</code>
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Part>
        <Part title="Pipeline" note={`${plan.pipeline} in Azure DevOps`}>
          <ol className={styles.stages}>
            {plan.stages.map(({ label, what }, index) => (
              <Fragment key={label}>
                {index > 0 && (
                  <li aria-hidden className={styles.arrow}>
                    <RiArrowRightSLine size={16} />
                  </li>
                )}
                <li title={what}>{label}</li>
              </Fragment>
            ))}
          </ol>
          <Text as="p" variant="body-small" color="secondary">
            {tier.approval
              ? `Apply waits for the approvals set on the environment ${spec.name} in Azure DevOps.`
              : `${tier.label}: runs to the end without approval.`}
          </Text>
        </Part>
        <Cost spec={spec} />
      </div>
    </>
  );
}

function Fact(props: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
