/** The newest moto, with nothing in front of it. */
import { refereeTool } from '../../scripts/referees';
import { onBareMoto } from './bare-moto';

onBareMoto('5.2.5', () => refereeTool('moto-newest', 'python'));
