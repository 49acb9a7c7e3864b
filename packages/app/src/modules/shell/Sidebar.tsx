import {
  Sidebar,
  SidebarDivider,
  SidebarGroup,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
} from '@backstage/core-components';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import type {
  NavContentComponentProps,
  NavContentNavItem,
} from '@backstage/plugin-app-react';
import { SidebarSearchModal } from '@backstage/plugin-search';
import { UserSettingsSignInAvatar } from '@backstage/plugin-user-settings';
import { RiMenuLine, RiSearchLine } from '@remixicon/react';
import { SidebarLogo } from './SidebarLogo';

function NavItem({ icon, href, title }: NavContentNavItem) {
  return <SidebarItem icon={() => icon} to={href} text={title} />;
}

const SearchIcon = () => <RiSearchLine size={20} aria-hidden />;

/** The portal's navigation: the four places people go to, and their own corner below. */
export function MoorlineSidebar({ navItems }: NavContentComponentProps) {
  const nav = navItems.withComponent(NavItem);
  const environments = nav.take('page:environments');
  const create = nav.take('page:scaffolder');
  const catalog = nav.take('page:catalog');
  const docs = nav.take('page:techdocs');
  const settings = nav.take('page:user-settings');
  // Search opens as a dialog and notifications count what is unread: both have their own items.
  nav.take('page:search');
  nav.take('page:notifications');
  // The graph is opened from an entity, where it has something to show.
  nav.take('page:catalog-graph');

  return (
    <Sidebar>
      <SidebarLogo />
      <SidebarDivider />
      <SidebarGroup label="Menu" icon={<RiMenuLine />}>
        {environments}
        {create}
        {catalog}
        {docs}
        <SidebarScrollWrapper>
          {nav.rest({ sortBy: 'title' })}
        </SidebarScrollWrapper>
      </SidebarGroup>
      <SidebarSpace />
      <SidebarDivider />
      <SidebarGroup label="Search" icon={<RiSearchLine />} to="/search">
        <SidebarSearchModal icon={SearchIcon} />
      </SidebarGroup>
      <NotificationsSidebarItem />
      <SidebarGroup
        label="Settings"
        icon={<UserSettingsSignInAvatar />}
        to="/settings"
      >
        {settings}
      </SidebarGroup>
    </Sidebar>
  );
}
