package io.rmqtx.producer;

/** What the outer advice hands to the inner one, in the invocation that both see. */
record InterceptedCall(AnnotatedMethod method, MessageCall call) {

    /** Under this name it is there. */
    static final String ATTRIBUTE = InterceptedCall.class.getName();
}
