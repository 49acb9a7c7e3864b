import { Route, Routes } from 'react-router-dom';
import { QueryProvider } from './api';
import { ArrivingPage } from './creation';
import { EnvironmentsPage } from './list';
import { CreatePage } from './wizard';

/** Everything below `/environments`. An environment named "create" is not possible to reach here, and not needed: its home is the catalog. */
export function EnvironmentsRoutes() {
  return (
    <QueryProvider>
      <Routes>
        <Route index element={<EnvironmentsPage />} />
        <Route path="create" element={<CreatePage />} />
        <Route path=":name" element={<ArrivingPage />} />
      </Routes>
    </QueryProvider>
  );
}
