/** The template that the wizard shows and runs. Its file is the one definition of pages and fields. */
export const CREATE_TEMPLATE = 'template:default/create-environment';
