package io.rmqtx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.aspectj.lang.annotation.Aspect;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How the starter is built. */
@AnalyzeClasses(packages = "io.rmqtx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] FEATURES = {
        "io.rmqtx.consumer..", "io.rmqtx.producer..", "io.rmqtx.serialize..", "io.rmqtx.store..", "io.rmqtx.transport.."
    };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.rmqtx.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule featuresMeetThroughThePublicPackages = slices().matching("io.rmqtx.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    DescribedPredicate.alwaysTrue(),
                    JavaClass.Predicates.resideInAnyPackage(
                            "io.rmqtx.spi", "io.rmqtx.autoconfigure", "io.rmqtx.method"));

    @ArchTest
    static final ArchRule thePublicPackagesKnowNoFeature = noClasses()
            .that()
            .resideInAnyPackage("io.rmqtx", "io.rmqtx.spi", "io.rmqtx.autoconfigure", "io.rmqtx.method")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FEATURES);

    @ArchTest
    static final ArchRule autoConfigurationsArePublicAndFinal = classes()
            .that()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .bePublic()
            .andShould()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule autoConfigurationsHaveNoPublicMethods = methods()
            .that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule featuresHideWhatNobodyNeeds = classes()
            .that()
            .resideInAnyPackage(FEATURES)
            .and()
            .areTopLevelClasses()
            .and()
            .areNotAnnotatedWith(AutoConfiguration.class)
            .and()
            .areNotAnnotatedWith(ConfigurationProperties.class)
            .and()
            .doNotHaveFullyQualifiedName("io.rmqtx.producer.MessageRoot") // compiled expressions read it
            .and()
            .areNotAnnotatedWith(Aspect.class) // woven classes call it
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule nothingMentionsASpringBootAutoConfigurationByClass = noClasses()
            .should()
            .dependOnClassesThat(new DescribedPredicate<JavaClass>("are auto-configurations of Spring Boot") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getPackageName().startsWith("org.springframework.boot")
                            && type.getSimpleName().endsWith("AutoConfiguration")
                            && !type.isAnnotation();
                }
            })
            .because("they moved between Spring Boot 3.5 and 4, and a missing one makes ours vanish without a word");

    @ArchTest
    static final ArchRule onlyTransportAndConsumerKnowRocketMq = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.rmqtx", "io.rmqtx.method", "io.rmqtx.producer..", "io.rmqtx.store..", "io.rmqtx.serialize..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.rocketmq..", "io.netty..");
}
