// jest cannot `require` an ES module that is still being imported, which is what Nest's CommonJS add-ons do when a spec
// imports both. Once Nest is loaded they find it ready.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
