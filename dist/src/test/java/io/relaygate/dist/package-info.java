/**
 * Tests of the product as users get it: the archive is unpacked, its launcher started, and real programs talk through
 * it. Nothing here calls the gateway's classes; what a test wants to know it asks the process, its files or its ports.
 */
@NullMarked
package io.relaygate.dist;

import org.jspecify.annotations.NullMarked;
