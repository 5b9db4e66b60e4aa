package io.rmqtx.benchmark;

/**
 * Processor seconds; NaN where the system does not tell them.
 *
 * @param program the contender's process
 * @param database the database server
 * @param broker the broker and its name server
 * @param others everything else on the machine, this harness included
 */
record Cpu(double program, double database, double broker, double others) {

    static Cpu now(ProcessHandle program, ProcessHandle database, ProcessHandle broker) {
        double ofProgram = CpuTimes.seconds(program);
        double ofDatabase = CpuTimes.seconds(database);
        double ofBroker = CpuTimes.seconds(broker);
        return new Cpu(ofProgram, ofDatabase, ofBroker, CpuTimes.systemSeconds() - ofProgram - ofDatabase - ofBroker);
    }

    Cpu since(Cpu before) {
        return new Cpu(
                program - before.program, database - before.database, broker - before.broker, others - before.others);
    }

    double sum() {
        return program + database + broker;
    }
}
