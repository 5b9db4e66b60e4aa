package io.rmqtx.transfer.debit;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import org.apache.ibatis.annotations.Mapper;

/** The transfer table. */
@Mapper
public interface TransferMapper extends BaseMapper<Transfer> {}
