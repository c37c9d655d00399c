/** Azure's common services: tokens of Microsoft Entra, and secrets of Key Vault. Knows nothing of relays. */
@NullMarked
package io.relaygate.azure;

import org.jspecify.annotations.NullMarked;
