/** What is said to proxies and what they answer: bytes from and to streams, and nothing else. */
@NullMarked
package io.relaygate.plugins.dialers.wire;

import org.jspecify.annotations.NullMarked;
