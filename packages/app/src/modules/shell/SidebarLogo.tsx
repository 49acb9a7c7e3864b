import { Link, useSidebarOpenState } from '@backstage/core-components';
import { MoorlineMark } from './MoorlineMark';
import styles from './SidebarLogo.module.css';

/** The mark, with the name beside it when the sidebar is open. Leads to the first page. */
export function SidebarLogo() {
  const { isOpen } = useSidebarOpenState();
  return (
    <Link
      to="/environments"
      underline="none"
      className={styles.logo}
      aria-label="Moorline, environments"
    >
      <MoorlineMark size={28} />
      {isOpen && <span className={styles.name}>Moorline</span>}
    </Link>
  );
}
