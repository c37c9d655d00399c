package io.relaygate.dist;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The fences between modules and around libraries, over everything that the distribution carries. */
@AnalyzeClasses(packages = "io.relaygate", importOptions = ImportOption.DoNotIncludeTests.class)
class FencesTest {

    @ArchTest
    static void everyModuleIsSeen(JavaClasses all) {
        assertThat(all).extracting(JavaClass::getPackageName)
                .contains("io.relaygate", "io.relaygate.sdk", "io.relaygate.plugin", "io.relaygate.plugins.tcp", "io.relaygate.plugins.http.wire");
    }

    @ArchTest
    static final ArchRule theSdkKnowsNobody = classes()
            .that(resideInAPackage("io.relaygate.sdk"))
            .should().onlyDependOnClassesThat(
                    resideInAnyPackage("io.relaygate.sdk", "org.slf4j..", "org.jspecify..", "java..", "javax.."));

    @ArchTest
    static final ArchRule theGatewayKnowsNoProtocolByName = noClasses()
            .that(resideOutsideOfPackages("io.relaygate.plugins.."))
            .should().dependOnClassesThat(resideInAPackage("io.relaygate.plugins.."));

    @ArchTest
    static final ArchRule aPluginNeverSeesTheGateway = noClasses()
            .that(resideInAPackage("io.relaygate.plugins.."))
            .should().dependOnClassesThat(resideInAPackage("io.relaygate..")
                    .and(resideOutsideOfPackages("io.relaygate.plugins..", "io.relaygate.sdk..")));

    @ArchTest
    static final ArchRule pluginsDoNotSeeEachOther =
            slices().matching("io.relaygate.plugins.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule wirePackagesArePure = classes()
            .that(resideInAPackage("io.relaygate.plugins.*.wire.."))
            .should().onlyDependOnClassesThat(
                    resideInAnyPackage("io.relaygate.plugins.*.wire..", "org.jspecify..", "java..", "org.eclipse.jetty.http"))
            .allowEmptyShould(true)
            .because("they turn bytes into records and back: no session, no policy, no log");

    @ArchTest
    static final ArchRule onlyThePluginRoomKnowsPf4j =
            fence(rooms("io.relaygate.plugin.."), "org.pf4j..", "com.github.zafarkhaja..");

    @ArchTest
    static final ArchRule undertowIsForHttpAlone = fence(
            rooms("io.relaygate.admin..", "io.relaygate.relay.server..", "io.relaygate.sdk.undertow..",
                    "io.relaygate.plugins.http.."),
            "io.undertow..", "org.xnio..");

    @ArchTest
    static final ArchRule theParserOfHttpIsForItsWireAlone = 
            fence(rooms("io.relaygate.plugins.http.wire", "io.relaygate.plugins.http.h2"), "org.eclipse.jetty..");

    @ArchTest
    static final ArchRule sshLibrariesAreForSshAlone =
            fence(rooms("io.relaygate.plugins.ssh.."), "com.jcraft..", "org.apache.sshd..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule onlyConfigKnowsYaml = fence(rooms("io.relaygate.config.."), "org.snakeyaml..");

    @ArchTest
    static final ArchRule onlyAdminBindsJson =
            fence(rooms("io.relaygate.admin.."), "tools.jackson.databind..", "com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule onlyAccessReadsJsonWebTokens = fence(rooms("io.relaygate.access.."), "com.nimbusds..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = fence(rooms("io.relaygate.cli.."), "picocli..");

    @ArchTest
    static final ArchRule onlyObserveSetsUpTheLogAndTheMetrics =
            fence(rooms("io.relaygate.observe.."), "ch.qos.logback..", "io.prometheus..");

    private static String[] rooms(String... rooms) {
        return rooms;
    }

    private static ArchRule fence(String[] rooms, String... vendors) {
        return noClasses().that(resideOutsideOfPackages(rooms)).should().dependOnClassesThat(resideInAnyPackage(vendors));
    }
}
