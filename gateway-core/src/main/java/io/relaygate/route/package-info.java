/**
 * From an entry point and a condition to a protocol: the first route that matches wins.
 */
@NullMarked
package io.relaygate.route;

import org.jspecify.annotations.NullMarked;
