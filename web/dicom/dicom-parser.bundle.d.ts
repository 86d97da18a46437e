/* The package's own types know neither DataSet's methods nor this file. */
export const dicomParser: any;
