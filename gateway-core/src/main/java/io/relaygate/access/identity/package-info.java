/**
 * Who is calling: what credentials prove, by the identity providers of the configuration. Plugins read credentials, these
 * classes judge them; whether the caller may go on is the business of {@link io.relaygate.access.Admission}.
 */
@NullMarked
package io.relaygate.access.identity;

import org.jspecify.annotations.NullMarked;
