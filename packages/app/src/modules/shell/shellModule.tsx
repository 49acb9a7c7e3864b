import {
  PageBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { NavContentBlueprint } from '@backstage/plugin-app-react';
import { Navigate } from 'react-router-dom';
import { MoorlineSidebar } from './Sidebar';

const sidebar = NavContentBlueprint.make({
  params: { component: MoorlineSidebar },
});

const frontPage = PageBlueprint.make({
  name: 'front',
  params: {
    path: '/',
    noHeader: true,
    loader: async () => <Navigate to="/environments" replace />,
  },
});

/** The frame around every page: navigation and the way to the first page. */
export const shellModule = createFrontendModule({
  pluginId: 'app',
  extensions: [sidebar, frontPage],
});
