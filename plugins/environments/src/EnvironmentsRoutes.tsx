import { Route, Routes } from 'react-router-dom';
import { QueryProvider } from './api';
import { ArrivingPage } from './creation';
import { JobsPage } from './jobs';
import { EnvironmentsPage } from './list';
import { CreatePage } from './wizard';

/** Everything below `/environments`. Environments named "create" or "jobs" cannot be reached here, and need not be: their home is the catalog. */
export function EnvironmentsRoutes() {
  return (
    <QueryProvider>
      <Routes>
        <Route index element={<EnvironmentsPage />} />
        <Route path="create" element={<CreatePage />} />
        <Route path="jobs" element={<JobsPage />} />
        <Route path=":name" element={<ArrivingPage />} />
      </Routes>
    </QueryProvider>
  );
}
